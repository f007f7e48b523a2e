/** The product's sign: houses above the river. */
export function BrandSign({ size = 34 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#0f7689" />
      <path
        d="M5 24V13h6v11M11 24V8h8v16M19 24V16h8v8"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path
        d="M4 27c4-2.4 8 2.4 12 0s8-2.4 12 0"
        fill="none"
        stroke="#efc6a8"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <circle cx="15" cy="12.5" r="1.6" fill="#efc6a8" />
    </svg>
  );
}
