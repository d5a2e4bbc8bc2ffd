export { type CountersignPlugin, countersign } from './better-auth/plugin.js'
