/** Joins the class names that are there. */
export function names(...list: readonly (string | false | undefined)[]): string {
  return list.filter((name) => name !== false && name !== undefined).join(' ');
}
