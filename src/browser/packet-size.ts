/** Whether a packet fits into a message of so many bytes. Measured as JSON, which is close for any parser. */

/** What a parser puts around the content: types, namespace, the acknowledgement's number. */
const framingBytes = 100;

export function fitsInto(maxBytes: number, content: readonly unknown[]): boolean {
  let largest = 0;
  // Binary goes as messages of its own.
  const text = JSON.stringify(content, (_, value: unknown) => {
    const bytes = binaryBytes(value);
    largest = Math.max(largest, bytes);
    return bytes > 0 ? 0 : value;
  });
  if (largest > maxBytes) return false;
  const room = maxBytes - framingBytes;
  // A character is at most three bytes.
  return text.length * 3 <= room || new TextEncoder().encode(text).length <= room;
}

function binaryBytes(value: unknown): number {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return value instanceof Blob ? value.size : 0;
}
