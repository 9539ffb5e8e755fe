import type { Clock } from '../../../src/timings/clock.ts';

/** A clock that a test sets forward. */
export class TestClock implements Clock {
  #wall = 0;
  #cpu = 0;

  /** Time passes; of it the process was busy for `cpu` milliseconds. */
  pass(wall: number, cpu = 0): void {
    this.#wall += wall;
    this.#cpu += cpu;
  }

  wall(): number {
    return this.#wall;
  }

  cpu(): number {
    return this.#cpu;
  }
}
