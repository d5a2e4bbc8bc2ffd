/** Types of Next.js that Auth.js names in passing. */
export type GetServerSidePropsContext = unknown
export type NextApiRequest = unknown
export type NextApiResponse = unknown
