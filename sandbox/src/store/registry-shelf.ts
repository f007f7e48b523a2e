import type { RegistryDocument } from './reading-writer.ts';

/** Where the device registry keeps its records across restarts. */
export interface RegistryShelf {
  load(): Promise<readonly { readonly kind: string; readonly document: string }[]>;
  keep(documents: readonly RegistryDocument[]): Promise<void>;
}
