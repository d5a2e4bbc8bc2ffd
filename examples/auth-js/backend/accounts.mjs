import { createHash, randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const ATTEMPTS = 5
const WAIT_SECONDS = 30

/** @typedef {{ id: string, mail: string, name: string, groups: string[], confirmed: boolean, locked?: boolean, hash?: string, external: string[], tasks: { id: string, title: string, done: boolean }[] }} Account */
/** @typedef {{ account: string, live: string, used: string[], access: string[], ends: number, revoked: boolean }} Family */

/**
 * Accounts, families of tokens and tasks in one JSON file. Of each family one refresh token is good; one
 * that was used before ends the family.
 * @param {string} file
 * @param {{ accessSeconds: number, refreshSeconds: number }} times
 */
export function createAccounts(file, { accessSeconds, refreshSeconds }) {
  /** @type {{ accounts: Account[], families: Family[] }} */
  const data = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : seed()
  /** @type {Map<string, { family: Family, ends: number }>} */
  const bearers = new Map()
  for (const family of data.families) for (const hash of family.access) remember(hash, family)
  /** @type {Map<string, { count: number, until: number }>} */
  const failures = new Map()

  /** @param {string} hash @param {Family} family */
  function remember(hash, family) {
    bearers.set(hash, { family, ends: Date.now() + accessSeconds * 1000 })
  }
  function save() {
    mkdirSync(dirname(file), { recursive: true })
    data.families = data.families.filter(({ ends }) => ends > Date.now())
    writeFileSync(file, JSON.stringify(data), { mode: 0o600 })
  }
  /** @param {Family} family */
  function tokensOf(family) {
    const [access, refresh] = [newToken(), newToken()]
    if (family.live) family.used.push(family.live)
    family.live = digest(refresh)
    family.access = [...family.access, digest(access)].slice(-5)
    family.ends = Date.now() + refreshSeconds * 1000
    remember(digest(access), family)
    save()
    const lifetimes = { expires_in: accessSeconds, refresh_expires_in: refreshSeconds }
    return { access_token: access, refresh_token: refresh, token_type: 'bearer', ...lifetimes }
  }
  /** @param {Account} account */
  function enter(account) {
    if (account.locked) throw refusal(423, 'ACCOUNT_LOCKED')
    /** @type {Family} */
    const family = { account: account.id, live: '', used: [], access: [], ends: 0, revoked: false }
    data.families.push(family)
    return { ...tokensOf(family), profile: describe(account) }
  }
  /** @param {string} bearer */
  function accountOf(bearer) {
    const found = bearers.get(digest(bearer))
    const isLive = found && found.ends > Date.now() && !found.family.revoked
    const account = isLive && data.accounts.find(({ id }) => id === found.family.account)
    if (!account) throw refusal(401, 'NOT_SIGNED_IN')
    return account
  }
  /** @param {unknown} mail */
  const byMail = (mail) => data.accounts.find((known) => known.mail === String(mail).toLowerCase())

  return {
    /** @param {{ username?: unknown, password?: unknown, display_name?: unknown }} form */
    register({ username, password, display_name: name }) {
      if (!/^[^@\s]+@[^@\s]+$/.test(String(username))) throw refusal(400, 'BAD_FORM')
      if (String(password).length < 8) throw refusal(400, 'PASSWORD_TOO_SHORT')
      if (byMail(username)) throw refusal(409, 'USERNAME_TAKEN')
      const account = newAccount(String(username), String(name ?? ''))
      account.hash = hashOf(String(password))
      data.accounts.push(account)
      return enter(account)
    },
    /** @param {{ username?: unknown, password?: unknown }} form */
    login({ username, password }) {
      const key = String(username).toLowerCase()
      const known = failures.get(key)
      if (known && known.count >= ATTEMPTS && known.until > Date.now()) {
        throw refusal(429, 'SLOW_DOWN', Math.ceil((known.until - Date.now()) / 1000))
      }
      const account = byMail(username)
      if (!account?.hash || !isPassword(String(password), account.hash)) {
        const count = known && known.until > Date.now() ? known.count + 1 : 1
        failures.set(key, { count, until: Date.now() + WAIT_SECONDS * 1000 })
        throw refusal(401, 'BAD_CREDENTIALS')
      }
      failures.delete(key)
      return enter(account)
    },
    /** @param {unknown} token */
    renew(token) {
      const hash = digest(String(token))
      const family = data.families.find(({ live, used }) => live === hash || used.includes(hash))
      if (family && family.live !== hash) family.revoked = true
      if (!family || family.revoked || family.ends < Date.now()) throw refusal(401, 'TOKEN_DEAD')
      return tokensOf(family)
    },
    /** @param {string} bearer */
    logout(bearer) {
      const found = bearers.get(digest(bearer))
      if (found) found.family.revoked = true
      save()
      return {}
    },
    /** @param {{ provider?: unknown, provider_account_id?: unknown, email?: unknown, email_verified?: unknown, name?: unknown }} person @param {boolean} isTrusted */
    external(
      { provider, provider_account_id, email, email_verified: isVerified, name },
      isTrusted,
    ) {
      if (!isTrusted) throw refusal(403, 'WHO_ARE_YOU')
      const key = `${provider} ${provider_account_id}`
      const linked = data.accounts.find(({ external }) => external.includes(key))
      if (linked) return enter(linked)
      const sameMail = byMail(email)
      if (sameMail && (isVerified !== true || !sameMail.confirmed)) throw refusal(403, 'NOT_LINKED')
      const account = sameMail ?? newAccount(String(email), String(name ?? ''))
      if (!sameMail) data.accounts.push(account)
      account.external.push(key)
      account.confirmed ||= isVerified === true
      return enter(account)
    },
    whoami: (/** @type {string} */ bearer) => describe(accountOf(bearer)),
    tasks: (/** @type {string} */ bearer) => ({ tasks: accountOf(bearer).tasks.toReversed() }),
    /** @param {string} bearer @param {{ title?: unknown }} form */
    addTask(bearer, { title }) {
      const { tasks } = accountOf(bearer)
      const task = { id: randomUUID(), title: String(title).slice(0, 200), done: false }
      tasks.push(task)
      save()
      return task
    },
  }
}

/** Somebody to try a locked account with. */
function seed() {
  const account = newAccount('locked@example.com', 'Lock')
  return { accounts: [{ ...account, hash: hashOf('locked-password'), locked: true }], families: [] }
}

/** @param {string} mail @param {string} name @returns {Account} */
function newAccount(mail, name) {
  const id = randomUUID()
  return {
    id,
    mail: mail.toLowerCase(),
    name,
    groups: ['user'],
    confirmed: false,
    external: [],
    tasks: [],
  }
}

/** @param {Account} account */
function describe({ id, mail, name, groups, confirmed }) {
  return { account_no: id, mail, display_name: name, groups, mail_confirmed: confirmed }
}

/** @param {number} status @param {string} code @param {number} [wait] */
function refusal(status, code, wait) {
  return Object.assign(new Error(code), { status, code, wait })
}

const newToken = () => randomBytes(32).toString('base64url')

/** @param {string} text */
const digest = (text) => createHash('sha256').update(text).digest('base64url')

/** @param {string} password */
function hashOf(password) {
  const salt = randomBytes(16).toString('base64url')
  return `${salt}.${scryptSync(password, salt, 32).toString('base64url')}`
}

/** @param {string} password @param {string} hash */
function isPassword(password, hash) {
  const [salt = '', key = ''] = hash.split('.')
  return timingSafeEqual(scryptSync(password, salt, 32), Buffer.from(key, 'base64url'))
}
