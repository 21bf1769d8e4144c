// What went wrong, as the server says it (RFC 9457), or as the network does.

interface ProblemBody { type?: string; title?: string; status?: number; detail?: string; line?: number; column?: number }

export class Problem extends Error {
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Where in a criteria text, counted from 1; absent for other problems. */
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? String(status));
    this.name = "Problem";
    this.status = status;
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.line = body.line;
    this.column = body.column;
  }

  /** Whether asking again, unchanged, can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** A problem from an answer whose body may not be JSON at all (a proxy's page). */
export async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  try {
    return new Problem(response.status, JSON.parse(text) as ProblemBody);
  } catch {
    return new Problem(response.status, { title: response.statusText });
  }
}
