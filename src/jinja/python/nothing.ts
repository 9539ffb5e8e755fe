import { Undefined } from '../../values.ts';

/** What an inline `if` without `else` gives when it is false: not defined, yet printed as nothing. */
export class Nothing extends Undefined {}
