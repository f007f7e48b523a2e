import { CodedError, type Service } from '@city-testbed/runtime';

/**
 * Several services as one that start at the same time, so that all of their faults are named at once. When one fails,
 * the others are stopped.
 */
export function together(name: string, services: readonly Service[]): Service {
  const stop = async (): Promise<void> => {
    const ends = await Promise.allSettled(services.map((service) => service.stop()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  };
  return {
    name,
    stop,
    async start(signal) {
      const starts = await Promise.allSettled(services.map((service) => service.start(signal)));
      const faults = starts.flatMap((start) =>
        start.status === 'rejected' ? [start.reason as unknown] : [],
      );
      if (faults.length === 0) return;
      await stop();
      throw faults.length === 1 ? faults[0] : allOf(faults);
    },
  };
}

/** The first fault's code and hint, with the sentences of all. */
function allOf(faults: readonly unknown[]): unknown {
  const coded = faults.filter((fault) => fault instanceof CodedError);
  const [first] = coded;
  if (!first || coded.length < faults.length) return new AggregateError(faults);
  const message = coded.map((fault) => fault.message).join('; ');
  const context = { faults: coded.map((fault) => fault.toJSON()) };
  return new CodedError(first.code, message, { hint: first.hint, context, cause: new AggregateError(coded) });
}
