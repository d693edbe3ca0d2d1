# From lines "TIME WHO CALL(FD<FILE>, ...) = RESULT <SECONDS>", in the order of time, a table: what a process did to one file or connection is one line, unless it
# made something durable in between. Times are milliseconds since the client's first byte to a node; a line stands where its last call ended.
function peer(who, socket,    ports, other) {
  split(socket, ports, "->")
  other = ports[2]
  sub(/.*:/, "", other)
  sub(/\].*/, "", other)
  return other in owner ? owner[other] : other >= port && other < port + 3 ? "n" (other - port) : "port " other
}
function local_port(socket,    ports) {
  split(socket, ports, "->")
  sub(/.*:/, "", ports[1])
  return ports[1]
}
function done(group) {
  printf "%9.1f\t%9.1f\t%s\t%s\t%d\t%s\t%s\n", from[group], to[group], of[group], call_of[group], count[group], \
    bytes[group] ? sprintf("%.0f KiB", bytes[group] / 1024) : "", what_of[group] | "sort -n -k2,2"
}
{
  who = $2
  rest = $0
  sub(/^[^ ]+ [^ ]+ /, "", rest)
  call = rest
  sub(/\(.*/, "", call)
  if (call !~ /^(fsync|fdatasync|rename|write|writev|pwrite64|sendto|sendmsg)$/ || rest !~ / = [0-9]+ </ || rest ~ /\/temporary\/probe|hsperfdata|\/proc\//) next
  result = rest
  sub(/.* = /, "", result)
  spent = result
  sub(/ .*/, "", result)
  sub(/.*</, "", spent)
  sub(/>.*/, "", spent)
  if (call == "rename") {
    what = rest
    sub(/^rename\("/, "", what)
    sub(/", "/, " to ", what)
    sub(/"\).*/, "", what)
  } else {
    what = rest
    sub(/^[^<]*</, "", what)
    sub(/>[,)].*/, "", what)
  }
  gsub(root, "", what)
  sub(/log\/[-0-9a-f]+\/current/, "log", what)
  lines++
  time[lines] = $1 * 1000
  end[lines] = ($1 + spent) * 1000
  process[lines] = who
  name[lines] = call
  file[lines] = what
  size[lines] = call ~ /write|send/ ? result : 0
  if (what ~ /^TCP/ && local_port(what) !~ ("^" substr(port, 1, length(port) - 1))) owner[local_port(what)] = who
}
END {
  for (line = 1; line <= lines; line++) {
    who = process[line]
    what = file[line]
    call = name[line]
    if (what ~ /^TCP/) what = "to " peer(who, what)
    if (what ~ /^pipe|\.log$/) continue
    if (who == "client" && what ~ /^to n/ && !begin) begin = time[line]
    if (!begin) continue
    key = who SUBSEP call SUBSEP what SUBSEP (what ~ /^to / ? durable[who] : "")
    if (call ~ /sync/) {
      durable[who]++
      key = key SUBSEP line
    }
    if (!(key in group)) {
      group[key] = ++groups
      from[groups] = time[line] - begin
      of[groups] = who
      call_of[groups] = call
      what_of[groups] = what
    }
    g = group[key]
    to[g] = end[line] - begin
    count[g]++
    bytes[g] += size[line]
  }
  print "from ms\tto ms\twho\tcall\ttimes\tbytes\tfile or connection"
  for (g = 1; g <= groups; g++) done(g)
}
