import type { EventHandlers, RunEvent } from '../events.ts';

/** Calls the handler of the event's kind. */
export function dispatch(handlers: EventHandlers, event: RunEvent): void {
  (handlers[event.type] as (event: RunEvent) => void)(event);
}
