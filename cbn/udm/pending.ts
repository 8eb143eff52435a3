/**
 * Fields of messages that are being converted, with their values: those of an inner message stand behind those of the ones
 * around it. One serves all events; arrays for each message were a fifth of what an event left to be collected.
 */
export class Pending<Field extends { readonly number: number }> {
  readonly fields: Field[] = [];
  readonly values: unknown[] = [];
  /** How many count; what is behind them is left over. */
  length = 0;

  /** Puts a field among those of its message by their numbers: parsers set few of many, mostly in that order. */
  insert(begin: number, field: Field, value: unknown): void {
    const { fields, values } = this;
    let place = this.length;
    for (; place > begin && (fields[place - 1] as Field).number > field.number; place--) {
      fields[place] = fields[place - 1] as Field;
      values[place] = values[place - 1];
    }
    fields[place] = field;
    values[place] = value;
    this.length++;
  }

  /** Leaves out the fields from a place on, and keeps nothing of their values. */
  cut(begin: number): void {
    for (let at = begin; at < this.length; at++) this.values[at] = undefined;
    this.length = begin;
  }
}
