const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * C's strftime in the C locale. `date` carries the wall clock in its UTC fields, `epoch` is in
 * seconds, `zone` is like `CET` and `offset` like `+0100` (both empty for a date without zone).
 */
export function strftime(
  pattern: string,
  date: Date,
  epoch: number,
  zone: string,
  offset: string,
): string {
  const expand = (text: string): string =>
    text.replace(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
      const value = field(letter, date, epoch, zone, offset, expand);
      if (value === undefined) return whole;
      if (flag === '-') return value.replace(/^[0 ]+(?=\d)/, '');
      if (flag === '_') return value.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length));
      return flag === '^' ? value.toUpperCase() : value;
    });
  return expand(pattern);
}

function field(
  letter: string,
  date: Date,
  epoch: number,
  zone: string,
  offset: string,
  expand: (text: string) => string,
): string | undefined {
  const hour = date.getUTCHours();
  const weekday = date.getUTCDay();
  switch (letter) {
    case 'Y':
      return String(date.getUTCFullYear());
    case 'C':
      return two(Math.floor(date.getUTCFullYear() / 100));
    case 'y':
      return two(date.getUTCFullYear() % 100);
    case 'm':
      return two(date.getUTCMonth() + 1);
    case 'd':
      return two(date.getUTCDate());
    case 'e':
      return String(date.getUTCDate()).padStart(2);
    case 'H':
      return two(hour);
    case 'k':
      return String(hour).padStart(2);
    case 'I':
      return two(hour % 12 || 12);
    case 'l':
      return String(hour % 12 || 12).padStart(2);
    case 'M':
      return two(date.getUTCMinutes());
    case 'S':
      return two(date.getUTCSeconds());
    case 'f':
      return String(date.getUTCMilliseconds() * 1000).padStart(6, '0');
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'j':
      return String(dayOfYear(date) + 1).padStart(3, '0');
    case 'a':
      return days[weekday]!.slice(0, 3);
    case 'A':
      return days[weekday]!;
    case 'b':
    case 'h':
      return months[date.getUTCMonth()]!.slice(0, 3);
    case 'B':
      return months[date.getUTCMonth()]!;
    case 'u':
      return String(weekday || 7);
    case 'w':
      return String(weekday);
    case 'U':
      return two(Math.floor((dayOfYear(date) + 7 - weekday) / 7));
    case 'W':
      return two(Math.floor((dayOfYear(date) + 7 - ((weekday + 6) % 7)) / 7));
    case 'V':
      return two(isoWeek(date).week);
    case 'G':
      return String(isoWeek(date).year);
    case 'g':
      return two(isoWeek(date).year % 100);
    case 's':
      return String(Math.floor(epoch));
    case 'z':
      return offset;
    case 'Z':
      return zone;
    case 'F':
      return expand('%Y-%m-%d');
    case 'T':
    case 'X':
      return expand('%H:%M:%S');
    case 'R':
      return expand('%H:%M');
    case 'D':
    case 'x':
      return expand('%m/%d/%y');
    case 'r':
      return expand('%I:%M:%S %p');
    case 'c':
      return expand('%a %b %e %H:%M:%S %Y');
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    default:
      return undefined;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / 86_400_000);
}

function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}
