/** What the user calls the tables and columns that concern us. */
export interface SchemaNames {
  readonly user: {
    readonly table: string
    readonly ver: string
    readonly role: string
    readonly banned: string
  }
  readonly session: { readonly table: string; readonly userId: string; readonly expiresAt: string }
  readonly account: { readonly table: string; readonly userId: string; readonly password: string }
}

/** As much of Better Auth's description of its tables as it takes. */
export type Tables = Readonly<
  Record<
    string,
    {
      readonly modelName: string
      readonly fields: Readonly<Record<string, { readonly fieldName?: string | undefined }>>
    }
  >
>

/** The names in a configuration (`modelName`, `fields`). */
export function namesOf(tables: Tables): SchemaNames {
  const of = <Field extends string>(model: string, fields: readonly Field[]) => {
    const columns = fields.map((field) => {
      const { fieldName } = tables[model]?.fields[field] ?? {}
      return [field, fieldName ?? field]
    })
    const table = tables[model]?.modelName ?? model
    return { table, ...Object.fromEntries(columns) } as { table: string } & Record<Field, string>
  }
  return {
    user: of('user', ['ver', 'role', 'banned']),
    session: of('session', ['userId', 'expiresAt']),
    account: of('account', ['userId', 'password']),
  }
}

/** Better Auth's own names, for who has renamed nothing. */
export const USUAL_NAMES: SchemaNames = namesOf({})
