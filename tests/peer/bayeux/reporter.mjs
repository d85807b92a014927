// How node:test tells what it found: a line `ok NAME` or `FAIL NAME: why` for each check.
const why = (error) => String(error?.cause?.stack ?? error?.message ?? error).split("\n").slice(0, 12).join("\n     ");

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (data?.details?.type === "suite") continue;
    const seconds = data?.details && (data.details.duration_ms / 1000).toFixed(1);
    if (type === "test:pass") yield `ok ${data.name} (${seconds} s)\n`;
    if (type === "test:fail") yield `FAIL ${data.name} (${seconds} s): ${why(data.details.error)}\n`;
  }
}
