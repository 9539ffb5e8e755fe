// Stands in for no source: the build has to refuse it.

export const nothing = 0;
