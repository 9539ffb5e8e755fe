// Stands in for examples/foobar/src/health.ts in a release that never becomes healthy.

export async function checkHealth(): Promise<unknown> {
  return { ok: false, problems: ['this release is broken on purpose'], servers: {} };
}
