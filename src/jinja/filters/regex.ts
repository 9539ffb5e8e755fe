import type { Value } from '../../values.ts';
import { truth } from '../python/compare.ts';
import { Fault } from '../python/faults.ts';
import { tuple } from '../python/objects.ts';
import { allMatches, expandReplacement, groupOf, pythonRegex } from '../python/regex.ts';
import { text } from '../python/text.ts';
import { asInteger, asText } from '../runtime/arguments.ts';
import type { Definition } from '../runtime/definition.ts';
import { filter } from './define.ts';

const isSet = (value: Value | undefined) => value !== undefined && truth(value);

/** Filters that search with regular expressions in Python's syntax. */
export const regexFilters: Record<string, Definition> = {
  regex_replace: filter(
    'Every match (or the first count) replaced; \\1 and \\g<name> stand for groups.',
    'pattern? replacement? ignorecase? multiline? count? mandatory_count?',
    (value, [pattern, replacement, ignoreCase, multiline, count, mandatory]) => {
      const subject = text(value);
      const regex = pythonRegex(asText(pattern), {
        ignoreCase: isSet(ignoreCase),
        multiline: isSet(multiline),
      });
      const matches = allMatches(regex, subject, asInteger(count, 0));
      const needed = asInteger(mandatory, 0);
      if (needed > 0 && matches.length !== needed) {
        throw new Fault(
          `'${asText(pattern)}' should match ${needed} times in '${subject}', not ${matches.length}`,
        );
      }
      let result = '';
      let from = 0;
      for (const match of matches) {
        result += subject.slice(from, match.index) + expandReplacement(asText(replacement), match);
        from = match.index! + match[0].length;
      }
      return result + subject.slice(from);
    },
  ),
  regex_search: filter(
    'The first match, or None; with group references the list of those groups.',
    'regex *groups multiline? ignorecase?',
    (value, [pattern, groups, multiline, ignoreCase]) => {
      const regex = pythonRegex(text(pattern!), {
        ignoreCase: isSet(ignoreCase),
        multiline: isSet(multiline),
      });
      const [match] = allMatches(regex, text(value), 1);
      if (!match) return null;
      if ((groups as Value[]).length === 0) return match[0];
      return (groups as Value[]).map((group) => {
        const reference = /^\\(?:g<(\w+)>|(\d+))$/.exec(text(group));
        if (!reference)
          throw new Fault(
            `'${text(group)}' is no reference to a group; one looks like \\1 or \\g<name>`,
          );
        return groupOf(match, reference[1] ?? reference[2]!);
      });
    },
  ),
  regex_findall: filter(
    'Every match; with groups those.',
    'regex multiline? ignorecase?',
    (value, [pattern, multiline, ignoreCase]) => {
      const regex = pythonRegex(text(pattern!), {
        ignoreCase: isSet(ignoreCase),
        multiline: isSet(multiline),
      });
      return allMatches(regex, text(value)).map((match) => {
        const groups = match.slice(1).map((group) => group ?? '');
        if (groups.length === 0) return match[0];
        return groups.length === 1 ? groups[0]! : tuple(...groups);
      });
    },
  ),
  regex_escape: filter(
    'The text with everything escaped that means something in a regular expression.',
    're_type?',
    (value, [type]) => {
      const kind = asText(type, 'python');
      const subject = text(value);
      if (kind === 'python') return subject.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
      if (kind === 'posix_basic') return subject.replace(/[\].[^$*\\]/g, '\\$&');
      throw new Fault(`the kinds of regular expression are python and posix_basic, not '${kind}'`);
    },
  ),
};
