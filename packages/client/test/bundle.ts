import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** A page's script, with everything it imports. In development, so that React tells what it dislikes. */
export async function bundle(file: string): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`pages/${file}`, import.meta.url)),
    platform: 'browser',
    tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
    logLevel: 'silent',
  })
  try {
    const { output } = await bundle.generate({ format: 'esm' })
    return output[0].code
  } finally {
    await bundle.close()
  }
}
