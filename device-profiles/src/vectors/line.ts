/** The text of a line vector as bytes; a missing line end is added. */
export function lineBytes(text: string): Uint8Array {
  return Buffer.from(text.endsWith('\n') ? text : `${text}\r\n`, 'latin1');
}
