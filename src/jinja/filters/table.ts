import type { Definition } from '../runtime/definition.ts';
import { basicFilters } from './basics.ts';
import { commentFilters } from './comment.ts';
import { dateFilters } from './dates.ts';
import { encodingFilters } from './encoding.ts';
import { hashFilters } from './hashes.ts';
import { queryFilters } from './json-query.ts';
import { listFilters } from './lists.ts';
import { mappingFilters } from './mappings.ts';
import { networkFilters } from './network.ts';
import { numberFilters } from './numbers.ts';
import { pathFilters } from './paths.ts';
import { regexFilters } from './regex.ts';
import { selectionFilters } from './selection.ts';
import { setFilters } from './sets.ts';
import { stringFilters } from './strings.ts';
import { urlFilters } from './urls.ts';

/** Every filter by name. */
export const filters: ReadonlyMap<string, Definition> = new Map<string, Definition>(
  [
    basicFilters,
    stringFilters,
    commentFilters,
    listFilters,
    selectionFilters,
    setFilters,
    mappingFilters,
    numberFilters,
    regexFilters,
    encodingFilters,
    pathFilters,
    hashFilters,
    dateFilters,
    networkFilters,
    urlFilters,
    queryFilters,
  ].flatMap((group) => Object.entries(group)),
);
