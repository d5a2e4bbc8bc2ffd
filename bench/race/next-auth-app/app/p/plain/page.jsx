export default function ProxiedPlainPage() {
  return <p>This page asks for no session.</p>
}
