/** Rows that a trigger or a rule of somebody's has dropped: the server says of them that all went well. */

export const swallowed = (rows: number, what: string): Error =>
  new Error(
    `PostgreSQL took ${rows} of the ${what} without keeping them: remove the trigger, or the rule, on the tables of the schema (storage.schema)`,
  );
