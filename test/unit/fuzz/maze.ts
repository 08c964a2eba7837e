/** True for one word of four letters; each letter that is right leads one room further. */
export function walk(input: Uint8Array): boolean {
  let rooms = 0;
  if (input[0] === 0x66) {
    rooms++;
    if (input[1] === 0x75) {
      rooms++;
      if (input[2] === 0x7a) {
        rooms++;
        if (input[3] === 0x7a) rooms++;
      }
    }
  }
  return rooms === 4;
}
