import type { DatabaseServer, Session } from '../database/contract.ts';
import type { Reads } from '../database/reads.ts';
import { WriteFailed, write } from '../database/writes.ts';
import { checkHealth } from '../health.ts';
import { addNote, longestText, newestNotes, noteById } from '../notes.ts';
import type { Release } from '../release.ts';
import type { Answer, Exchange } from './exchange.ts';
import { notesPage } from './page.ts';
import { HttpProblem } from './problem.ts';
import { readJson } from './read-json.ts';
import type { Route } from './routes.ts';

/** What the handlers work with. */
export interface Services {
  readonly appServer: string;
  readonly release: Release;
  readonly primary: DatabaseServer;
  readonly replicas: readonly DatabaseServer[];
  readonly reads: Reads;
  readonly healthReads: 'replica' | 'any';
  isShuttingDown(): boolean;
}

/** Every path that the application answers. */
export function routesOf(services: Services): Route[] {
  return [
    { method: 'GET', path: '/api/notes', handle: (exchange) => listNotes(services, exchange) },
    { method: 'POST', path: '/api/notes', handle: (exchange) => createNote(services, exchange) },
    { method: 'GET', path: '/api/notes/:id', handle: (exchange) => oneNote(services, exchange) },
    { method: 'GET', path: '/app', handle: (exchange) => page(services, exchange) },
    { method: 'GET', path: '/healthz', handle: () => health(services) },
    { method: 'GET', path: '/livez', handle: async () => ({ status: 200, body: { ok: true } }) },
    { method: 'GET', path: '/version', handle: () => version(services) },
  ];
}

async function listNotes(services: Services, exchange: Exchange): Promise<Answer> {
  return { status: 200, body: { notes: await read(services, exchange, newestNotes) } };
}

async function oneNote(services: Services, exchange: Exchange): Promise<Answer> {
  const { id = '' } = exchange.params;
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    throw new HttpProblem(400, 'invalid-id', `${JSON.stringify(id)} is not the id of a note`);
  }
  const note = await read(services, exchange, (session) => noteById(session, Number(id)));
  if (!note) throw new HttpProblem(404, 'not-found', `there is no note ${id}`);
  return { status: 200, body: { note } };
}

async function createNote(services: Services, exchange: Exchange): Promise<Answer> {
  const text = textOf(await readJson(exchange.request));
  const { database } = exchange;
  try {
    const { value: id, hostname } = await database.time(() =>
      write(services.primary, (session) => addNote(session, text, services.appServer)),
    );
    database.hostname = hostname;
    return { status: 201, body: { id }, headers: { Location: `/api/notes/${id}` } };
  } catch (error) {
    if (error instanceof WriteFailed) database.hostname = error.hostname;
    throw error;
  }
}

async function page(services: Services, exchange: Exchange): Promise<Answer> {
  const notes = await read(services, exchange, newestNotes);
  return {
    status: 200,
    body: (servedBy) => notesPage(notes, servedBy),
    headers: { 'Content-Security-Policy': "default-src 'self'" },
  };
}

async function health(services: Services): Promise<Answer> {
  const { ok, problems, servers } = await checkHealth({
    ...services,
    shuttingDown: services.isShuttingDown(),
  });
  return { status: ok ? 200 : 503, body: { ok, problems, servers } };
}

async function version({ release }: Services): Promise<Answer> {
  return {
    status: 200,
    body: {
      release: release.id,
      note: release.note,
      node: process.version,
      uptime: Number(process.uptime().toFixed(1)),
      pid: process.pid,
    },
  };
}

async function read<T>(
  { reads }: Services,
  { database }: Exchange,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { value, hostname, fallback } = await database.time(() => reads.run(work));
  database.hostname = hostname;
  database.fallback = fallback;
  return value;
}

function textOf(body: unknown): string {
  const text = (body as { text?: unknown } | null)?.text;
  if (typeof text !== 'string' || text.trim() === '' || !text.isWellFormed()) {
    throw new HttpProblem(400, 'invalid-note', 'a note is {"text": "…"} with some text in it');
  }
  const length = [...text].length; // as the database counts
  if (length > longestText) {
    const message = `a note has ${longestText} characters at most, this one ${length}`;
    throw new HttpProblem(400, 'invalid-note', message);
  }
  return text;
}
