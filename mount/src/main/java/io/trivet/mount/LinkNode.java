package io.trivet.mount;

import io.trivet.model.FileRecord;

/** A symbolic link. What it leads to is the kernel's affair. */
final class LinkNode extends Node {
    private volatile FileRecord record;

    LinkNode(long number, DirectoryNode parent, String name, FileRecord record) {
        super(number, parent, name);
        this.record = record;
    }

    /** Its size is the length of the target. */
    FileRecord record() {
        return record;
    }

    /** Takes what the cluster says of it. False if that is another link: then so is its target. */
    boolean refresh(FileRecord there) {
        if (!there.id().equals(record.id())) {
            return false;
        }
        record = there;
        return true;
    }

    @Override
    long inode() {
        return FileContent.inode(record.id());
    }
}
