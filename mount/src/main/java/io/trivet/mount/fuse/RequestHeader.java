package io.trivet.mount.fuse;

/**
 * What every request begins with.
 *
 * @param length of the whole request, in bytes
 * @param unique names the request in its reply
 * @param node the inode that it is about
 */
public record RequestHeader(int length, int opcode, long unique, long node, int user, int group, int process) {
    static final int BYTES = 40;
}
