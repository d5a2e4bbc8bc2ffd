/** Loaded before a server: answers whoever started it with the CPU time it has used. */
process.on('message', () => process.send?.(process.cpuUsage()))
