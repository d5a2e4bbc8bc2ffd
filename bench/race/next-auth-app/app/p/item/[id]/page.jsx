/** The target of one of several links; asks for no session itself. */
export default async function ItemPage({ params }) {
  const { id } = await params
  return <p>Item {id}</p>
}
