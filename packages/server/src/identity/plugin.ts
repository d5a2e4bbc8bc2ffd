import type { BetterAuthPlugin } from 'better-auth'
import { APIError } from 'better-auth/api'

export interface CountersignPluginOptions {
  /** Told when Better Auth ends a session of its own, so that ours ends with it. */
  readonly onSessionDeleted: (authSessionId: string) => Promise<void>
  /** Told when Better Auth deletes a user. `ver` is what the row had. */
  readonly onUserDeleted: (userId: string, ver: number) => Promise<void>
  /** Told when Better Auth changes a user; the database announced what that revokes. */
  readonly onUserUpdated: () => void
}

/** Columns that Countersign adds to the user, and the tie between its sessions and Better Auth's. */
export function countersignPlugin(options: CountersignPluginOptions) {
  return {
    id: 'countersign',
    schema: {
      user: {
        fields: {
          role: { type: 'string', required: true, input: false, defaultValue: 'user' },
          ver: { type: 'number', required: true, input: false, defaultValue: 1 },
          banned: { type: 'boolean', required: false, input: false, defaultValue: false },
          banReason: { type: 'string', required: false, input: false },
          banExpires: { type: 'date', required: false, input: false },
        },
      },
    },
    init: ({ internalAdapter }) => ({
      options: {
        databaseHooks: {
          session: {
            // After the password: who does not know it does not learn that the account is locked.
            create: {
              before: async ({ userId }) =>
                assertNotBanned(await internalAdapter.findUserById(userId)),
            },
            delete: { after: async ({ id }) => options.onSessionDeleted(id) },
          },
          user: {
            update: { after: async () => options.onUserUpdated() },
            delete: { after: async ({ id, ver }) => options.onUserDeleted(id, Number(ver)) },
          },
        },
      },
    }),
  } satisfies BetterAuthPlugin
}

function assertNotBanned(user: object | null): void {
  const { banned, banExpires } = (user ?? {}) as { banned?: boolean; banExpires?: Date | null }
  if (banned && !(banExpires && banExpires.getTime() <= Date.now())) {
    throw new APIError('FORBIDDEN', { code: 'BANNED_USER' })
  }
}
