// The one place that speaks HTTP.

import { Problem, readProblem } from "./problem";

export type Parameters = Record<string, string | number | undefined>;

/** `/api/v1` + path + the parameters that say something. */
export function apiAddress(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

async function answer<T>(request: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, {});
  }
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The bytes of a file as they are, not gathered in memory. */
export function sendFile<T>(path: string, file: Blob, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return answer<T>(
    fetch(apiAddress(path, parameters), {
      method: "POST",
      signal: signal ?? null,
      headers: { "Content-Type": "application/octet-stream", Accept: "application/json", "X-Habitue": "1" },
      body: file,
    }),
  );
}

export function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<T> {
  return answer<T>(fetch(apiAddress(path, parameters), { signal: signal ?? null, headers: { Accept: "application/json", ...headers } }));
}

/** Requests that change something carry the header by which the server tells the page from a foreign form. */
export function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, parameters: Parameters = {}, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<T> {
  return answer<T>(
    fetch(apiAddress(path, parameters), {
      method,
      signal: signal ?? null,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Habitue": "1", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
}
