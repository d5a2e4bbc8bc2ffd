-- An account of a provider belongs to one user, whoever comes with it at the same time. Building the
-- index lets reads go on and writes wait.
create unique index "account_accountId_providerId_key" on "account" ("accountId", "providerId");
drop index "account_accountId_providerId_idx";
