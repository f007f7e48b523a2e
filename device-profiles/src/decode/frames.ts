import type { FrameProfile } from '../format/profile.ts';
import type { StreamDecoder } from './stream.ts';

/**
 * Finds frames in a stream and decodes their fields. After garbage, a wrong length, trailer or checksum it
 * looks for the next header one byte further on, so that a frame hidden in the garbage is not lost.
 */
export function createFrameDecoder(profile: FrameProfile): StreamDecoder {
  void profile;
  throw new Error('to come');
}
