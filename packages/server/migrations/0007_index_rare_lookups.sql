-- What would otherwise read whole tables: the admins, of whom the last must stay; the account of a
-- third party at its sign-in; verifications that have expired, which Better Auth clears away whenever
-- it looks for one. Building an index lets reads go on and writes wait.
create index user_admins on "user" ("id") where "role" = 'admin';
create index "account_accountId_providerId_idx" on "account" ("accountId", "providerId");
create index "verification_expiresAt_idx" on "verification" ("expiresAt");
