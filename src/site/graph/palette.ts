import type { Bus } from './buses.ts';

/** Quiet colours on an own background, told apart in print by line style as well. */
export const palette = {
  paper: '#fcfbf8',
  rim: '#dcd8cf',
  band: '#f3f1ea',
  ink: '#1d2733',
  muted: '#5f6b78',
  frame: '#ffffff',
  frameEdge: '#b9c1ca',
  box: '#eef2f6',
  danger: '#b8380b',
  dangerPaper: '#fdeee7',
} as const;

export const lineColours: Readonly<Record<Bus['kind'], string>> = {
  request: '#35567a',
  replication: '#1a7a72',
  code: '#8a6116',
  backup: '#6b4f8a',
};

export const fonts = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
