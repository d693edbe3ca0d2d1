# Sourced by ./trivet and by bin/trivet of the packages: starts the program with what its command needs.

node_count() { # how many nodes `demo` runs: the number after --nodes, 3 without
  count=3
  previous=
  for word in "$@"; do
    case $previous in --nodes) count=$word ;; esac
    case $word in --nodes=*) count=${word#--nodes=} ;; esac
    previous=$word
  done
  case $count in '' | 0 | *[!0-9]* | ????*) count=3 ;; esac
  echo "$count"
}

serves_s3() { # whether `node` serves S3, as io.trivet.cli.node.Configuration finds out
  [ -z "${TRIVET_NODE_S3_LISTEN:-}" ] || return 0
  file=${TRIVET_NODE_CONFIG:-}
  directory=${TRIVET_NODE_DATA:-}
  previous=
  for word in "$@"; do
    case $previous in
    --config) file=$word ;;
    --data) directory=$word ;;
    esac
    case $word in
    --s3-listen | --s3-listen=*) return 0 ;;
    --config=*) file=${word#--config=} ;;
    --data=*) directory=${word#--data=} ;;
    esac
    previous=$word
  done
  [ -n "$file" ] || file=${directory:-/etc/trivet}/trivet.conf
  grep -q '^[[:space:]]*s3\.listen[[:space:]]*=' "$file" 2>/dev/null
}

# Java would open a file of its own in the place of a stream that is closed, and read or write that: here each is opened so that using it fails.
close_gaps() {
  (exec 9>&2 2>/dev/null 8>&1 7<&0) && return
  (exec 9>&2 2>/dev/null) || exec 2</dev/null
  (exec 2>/dev/null 8>&1) || exec 1</dev/null
  (exec 2>/dev/null 7<&0) || exec 0>/dev/null
}

# Replaces this process: $1 is the class path, $2 what a node's engines need besides, the words after it are the command line. JAVA_HOME is set.
# trivet_root, if set, is the checkout; trivet_classes, if set, the folder with classes in the form in which the JVM keeps them (it does without,
# silently, where they do not match); trivet_native, if set, the folder with native libraries, in a
# folder for each processor.
start_trivet() {
  class_path=$1
  engines=$2
  shift 2
  close_gaps

  # The locale decides the language of messages, also one that this system does not have installed.
  locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}

  # Names are Unicode: where the locale is none (often so in services and containers), Java would not read them. What the system says of a failure
  # is asked for in English in any case: Java hands on these words and nothing else, and a full disk is known by them.
  case $(locale charmap 2>/dev/null) in
  UTF-8)
    LC_CTYPE=${LC_ALL:-${LC_CTYPE:-${LANG:-C.UTF-8}}}
    LC_MESSAGES=C
    unset LC_ALL
    export LC_CTYPE LC_MESSAGES
    ;;
  *)
    LC_ALL=C.UTF-8
    export LC_ALL
    ;;
  esac

  # How to call it again: by its name where the PATH leads here, otherwise as it was called.
  typed=$0
  case $typed in */*) ;; *) typed=./$typed ;; esac
  [ "$typed" != "$(command -v trivet 2>/dev/null)" ] || typed=trivet

  terminals=
  [ ! -t 0 ] || terminals=in
  [ ! -t 1 ] || terminals=$terminals,out
  columns=
  if [ -t 2 ]; then
    terminals=$terminals,err
    columns=$(stty size <&2 2>/dev/null) || columns=
    columns=${columns##* }
  fi

  # Cryptography by a native library needs no compiler of Java: it is fast from the first byte (docs/decisions/0181-native-cryptography.md).
  crypto=
  transfers=
  case ${1:-} in
  demo | node | s3 | console | mount | save | load | sync | cat | sum | shell | doctor)
    native=${trivet_native:-}/$(uname -m)
    if [ -r "$native/libamazonCorrettoCryptoProvider.so" ] && [ "${TRIVET_CRYPTO:-native}" = native ]; then
      crypto="-Dtrivet.crypto=$native"
      transfers=-XX:TieredStopAtLevel=1
    fi
    ;;
  esac

  # Client commands are short: the quick compiler and the small collector start fastest. Servers get the full compiler, and so do transfers where Java's
  # own ciphers have to be compiled.
  classes=client
  case ${1:-} in
  demo | node) umask 077 ;; # what a node writes are the bytes and names of its users
  esac
  case ${1:-} in
  demo)
    classes=node
    tuning="-XX:+UseSerialGC -Xmx$(($(node_count "$@") * 256 + 576))m" # 256 of them for the console, 320 for S3
    ;;
  node) # docs/decisions/0133 says what each word saves
    classes=node
    # Without memory a node ends, and the service starts it again: half of one that goes on helps nobody.
    heap=256
    serves_s3 "$@" && heap=576 # two large uploads at once take 200 MiB
    tuning="-XX:+UseSerialGC -Xmn16m -Xms48m -Xmx${heap}m -XX:TrimNativeHeapInterval=10000 -XX:+ExitOnOutOfMemoryError"
    # A stranger's handshake may hold this much before anything is known of him; those of clients and nodes are far smaller.
    tuning="$tuning -Djdk.tls.maxHandshakeMessageSize=16384"
    MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
    export MALLOC_ARENA_MAX
    ;;
  s3) tuning="-XX:+UseSerialGC -Xmx1g -XX:+ExitOnOutOfMemoryError" ;; # uploads take half of it at the most
  console) tuning="-XX:+UseSerialGC -Xmx512m -XX:+ExitOnOutOfMemoryError" ;; # two uploads at once take 200 MiB
  mount) tuning="-XX:+UseSerialGC -Xmx1g -XX:+ExitOnOutOfMemoryError" ;; # 400 bytes for each name that the kernel has cached, and chunks on their way
  rescue) tuning="-XX:+UseSerialGC -Xmx1g" ;; # some hundred bytes for each chunk found
  save | load | sync | append | truncate | cat | shell) tuning="-XX:+UseSerialGC -Xmx256m -XX:-UsePerfData $transfers" ;;
  namespace) tuning="-XX:+UseSerialGC -Xmx256m" ;;
  *) tuning="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -XX:-UsePerfData" ;;
  esac

  # A class that nobody has is sought in every jar, and the engines are most of all that is in them: who runs none looks elsewhere.
  case ${1:-} in
  -V | --version | save | load | sync | ls | cat | tree | find | du | df | mkdir | cp | mv | ln | readlink | rm | append | truncate | touch | chmod | chown | attr | mount | unmount | sum | stat | where | status | debt | masters | token | verify | \
    trash | nodes | rebalance | replicas | user) ;;
  *) class_path=$class_path:$engines ;;
  esac
  shared=
  [ -z "${trivet_classes:-}" ] || [ ! -r "$trivet_classes/$classes.jsa" ] || shared=$trivet_classes/$classes.jsa

  # shellcheck disable=SC2086 # the options are words on purpose
  exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    ${crypto:+"$crypto" "-Djava.library.path=$native" -Dcom.amazon.corretto.crypto.provider.useExternalLib=true} \
    ${shared:+-Xlog:cds=off -Xlog:aot=off "-XX:SharedArchiveFile=$shared"} $tuning ${TRIVET_JAVA_OPTS:-} \
    "-Dtrivet.root=${trivet_root:-}" "-Dtrivet.typed=$typed" "-Dtrivet.terminals=$terminals" "-Dtrivet.columns=$columns" "-Dtrivet.locale=$locale" \
    -cp "$class_path" io.trivet.cli.Main "$@"
}
