/** A Modbus server's memory: the four tables, and the answer to a request's PDU. For tests. */
export class ModbusWords {
  readonly holding = new Map<number, number>();
  readonly coils = new Map<number, boolean>();
  /** Addresses of any table that do not exist. */
  readonly missing = new Set<number>();
  /** Objects of its identification, and how many of them go into one answer. Undefined: it knows no function 43. */
  identity: readonly string[] | undefined;
  objectsPerAnswer = 3;

  /** Differs by table, unit and address, so that a wrong answer shows. */
  word(functionCode: number, unit: number, address: number): number {
    if (functionCode === 4) return (40_000 + address) & 0xffff;
    return this.holding.get(address) ?? (address + 1000 * unit) & 0xffff;
  }

  bit(functionCode: number, address: number): boolean {
    return functionCode === 2 ? address % 3 === 0 : (this.coils.get(address) ?? address % 2 === 1);
  }

  /** The PDU that answers a PDU. */
  answer(unit: number, pdu: Buffer): Buffer {
    const code = pdu.readUInt8(0);
    if (code === 43) return this.#identify(pdu);
    const [address, quantity] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
    const span = code === 5 || code === 6 ? 1 : quantity;
    for (const gone of this.missing) if (gone >= address && gone < address + span) return refusal(code, 2);
    switch (code) {
      case 1:
      case 2:
        return counted(
          code,
          packed(span, (index) => this.bit(code, address + index)),
        );
      case 3:
      case 4:
        return counted(code, this.#words(code, unit, address, span));
      case 5:
        this.coils.set(address, quantity === 0xff00);
        return pdu;
      case 6:
        this.holding.set(address, quantity);
        return pdu;
      case 15:
        for (let index = 0; index < span; index++) {
          this.coils.set(address + index, ((pdu.readUInt8(6 + (index >> 3)) >> (index & 7)) & 1) === 1);
        }
        return pdu.subarray(0, 5);
      case 16:
        this.#store(address, pdu.subarray(6));
        return pdu.subarray(0, 5);
      case 23:
        this.#store(pdu.readUInt16BE(5), pdu.subarray(10));
        return counted(code, this.#words(3, unit, address, span));
      default:
        return refusal(code, 1);
    }
  }

  #store(address: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 2) this.holding.set(address + at / 2, bytes.readUInt16BE(at));
  }

  #words(code: number, unit: number, address: number, quantity: number): Buffer {
    const bytes = Buffer.alloc(2 * quantity);
    for (let index = 0; index < quantity; index++) {
      bytes.writeUInt16BE(this.word(code, unit, address + index), 2 * index);
    }
    return bytes;
  }

  #identify(pdu: Buffer): Buffer {
    if (!this.identity) return refusal(43, 1);
    const [, , readCode = 0, first = 0] = pdu;
    const end = first + this.objectsPerAnswer;
    const part = this.identity.slice(first, end);
    const more = end < this.identity.length;
    const head = [43, 14, readCode, 0x01, more ? 0xff : 0, more ? end : 0, part.length];
    const objects = part.map((text, index) =>
      Buffer.concat([Buffer.of(first + index, Buffer.byteLength(text)), Buffer.from(text)]),
    );
    return Buffer.concat([Buffer.from(head), ...objects]);
  }
}

export function refusal(functionCode: number, exception: number): Buffer {
  return Buffer.of(functionCode | 0x80, exception);
}

function counted(functionCode: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(functionCode, bytes.length), bytes]);
}

function packed(quantity: number, bit: (index: number) => boolean): Buffer {
  const bytes = Buffer.alloc(Math.ceil(quantity / 8));
  for (let index = 0; index < quantity; index++) {
    if (bit(index)) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes;
}
