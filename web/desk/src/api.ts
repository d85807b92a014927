// The REST side: one function asks, one kind of error says what the server said.

/** The server's refusal, or that it could not be reached (status 0). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
  get isSignedOut(): boolean {
    return this.statusCode === 20 && this.status !== 429;
  }
}

const kBase = "/api/v2";
const kPatience = 15_000; // ms

let token: { header: string; value: string } | undefined; // http.csrf_protection

/** The headers a request that changes something must carry. */
export const tokenHeaders = (): Record<string, string> => (token ? { [token.header]: token.value } : {});

function learnToken(headers: Headers): void {
  const value = headers.get("X-CSRF-TOKEN");
  if (value) token = { header: headers.get("X-CSRF-HEADER") ?? "X-CSRF-TOKEN", value };
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Requested-With": "earshot-desk" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") {
    Object.assign(headers, tokenHeaders());
    headers["Idempotency-Key"] = key();
  }
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), kPatience);
  try {
    return await fetch(kBase + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: given.signal,
    });
  } catch {
    throw new Refused(0, 0, "");
  } finally {
    clearTimeout(timer);
  }
}

/** @return the answer's members @throws Refused */
export async function ask<T = Record<string, unknown>>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  learnToken(answer.headers);
  let said: { statusCode?: number; statusMessage?: string };
  try {
    said = await answer.json();
  } catch {
    throw new Refused(answer.status, -1, `HTTP ${answer.status}`);
  }
  if (said.statusCode !== 0) throw new Refused(answer.status, said.statusCode ?? -1, said.statusMessage ?? `HTTP ${answer.status}`);
  return said as T;
}

/** randomUUID is for secure contexts alone; a desk in a local network may be served by http. */
function key(): string {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
