/** Both count from the start of the process, in milliseconds. */
export interface Clock {
  wall(): number;
  /** CPU time of the process, all of its threads. */
  cpu(): number;
}

export const processClock: Clock = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
