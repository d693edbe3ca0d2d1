# Sourced by ./mvnw and ./trivet: sets and exports JAVA_HOME to a JDK of version 25 or newer, or explains what to install.

jdk_version() { # prints the major version of the JDK in $1, nothing if there is none
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  on_path=$(command -v javac 2>/dev/null) && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${TRIVET_JAVA_HOME:-}" "${JAVA_HOME:-}" "${on_path:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$home" ] || continue
    version=$(jdk_version "$home") || continue
    if [ "${version:-0}" -ge 25 ]; then
      JAVA_HOME=$home
      export JAVA_HOME
      return 0
    fi
  done
  cat >&2 <<'TEXT'
Trivet needs a JDK of version 25 or newer, and none was found.
Install one beside what you have (for example Eclipse Temurin 25, package temurin-25-jdk),
or unpack one anywhere and set TRIVET_JAVA_HOME to its folder. Then run this command again.
TEXT
  return 1
}
