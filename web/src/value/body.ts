// Values of a question as the server echoes it, read without believing that they are there.

export const numberOf = (value: unknown, otherwise: number): number => (typeof value === "number" && Number.isFinite(value) ? value : otherwise);
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
