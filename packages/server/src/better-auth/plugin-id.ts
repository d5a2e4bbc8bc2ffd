/** Of our plugin among the plugins of a Better Auth. */
export const PLUGIN_ID = 'countersign'
