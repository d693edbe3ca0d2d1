package io.trivet.mount;

/** A file. */
final class FileNode extends Node {
    private final FileContent content;

    FileNode(long number, DirectoryNode parent, String name, MountContext context) {
        super(number, parent, name);
        this.content = new FileContent(this, context);
    }

    FileContent content() {
        return content;
    }

    @Override
    long inode() {
        return content.inode();
    }
}
