/**
 * The lines of the receiver's checklist that have to hold, by letter: H is OTLP/HTTP, J its JSON, G gRPC, I the data model,
 * E the variables of SDKs, N addresses and ports, B browsers, P one port for all, X security, S the store and T SQLite.
 * Lines that only allow something, or that only say what the Collector does beyond the specification, are left out.
 */
export const CHECKLIST: Record<string, readonly number[]> = {
  H: [
    1, 2, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 42, 50, 51,
    52,
  ],
  J: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12],
  G: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12],
  I: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  E: [1, 2, 3, 4, 5, 6, 7, 10, 11, 12],
  N: [1, 2, 3, 4, 5, 6],
  B: [1, 2, 3, 4, 5, 6],
  P: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  X: [
    1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 50,
    51, 52, 53, 54,
  ],
  S: [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 20, 30, 31, 32, 33, 34, 35],
  T: [1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16],
};

/** The ids as they stand in titles, for example `H-01`. */
export function checklistIds(): string[] {
  return Object.entries(CHECKLIST).flatMap(([letter, numbers]) =>
    numbers.map(number => `${letter}-${String(number).padStart(2, '0')}`),
  );
}
