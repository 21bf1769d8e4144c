// Who the people behind a number are, in words, from its cell alone: a link to them has to say so too. One function a question.

import type { Behind } from "./asking";
import type { Pen } from "./drawing";

type Who = (behind: Behind, pen: Pen) => string;

const known: Record<string, Who> = {};

/** What they have in common; empty when the question has no words for it. */
export const whoIs: Who = (behind, pen) => known[behind.question]?.(behind, pen) ?? "";
