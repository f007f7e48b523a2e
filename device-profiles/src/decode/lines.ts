import type { LineProfile } from '../format/profile.ts';
import type { StreamDecoder } from './stream.ts';

/**
 * Splits a stream into lines (LF or CR LF), checks them and decodes their fields. A line that no metric asks for
 * gives no event. A line over maxLength is dropped whole.
 */
export function createLineDecoder(profile: LineProfile): StreamDecoder {
  void profile;
  throw new Error('to come');
}
