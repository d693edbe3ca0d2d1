package io.trivet.mount;

import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.mount.fuse.Errno;
import io.trivet.mount.fuse.FileSystem;
import io.trivet.mount.fuse.FuseException;
import io.trivet.mount.fuse.NodeAttributes;
import io.trivet.mount.fuse.Reply;
import io.trivet.mount.fuse.Request;
import io.trivet.mount.fuse.RequestHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Answers the kernel's requests with the files of a cluster. Any thread. */
final class MountedFiles implements FileSystem, OpenDirectory.Source {
    private static final int TRUNCATE = 01000;
    private static final int APPEND = 02000;
    private static final int EXCLUSIVE = 0200;
    private static final int ACCESS_MODE = 3;
    private static final int PERMISSIONS = 0777;
    private static final int LINK_MODE = 0777;
    private static final int DIRECTORY_BYTES = 4096;
    private static final int KEEP_CACHE = Reply.KEEP_CACHE;

    /** As often may a name get another file between a look and its removal. */
    private static final int CHANGES_MEANWHILE = 5;

    private final MountContext context;
    private final MountOptions options;
    private final ClusterSpace space;
    private final Map<Long, OpenFile> files = new ConcurrentHashMap<>();
    private final Map<Long, OpenDirectory> directories = new ConcurrentHashMap<>();
    private final AtomicLong lastHandle = new AtomicLong();

    MountedFiles(MountContext context, MountOptions options) {
        this.context = context;
        this.options = options;
        this.space = new ClusterSpace(context.client());
    }

    @Override
    public void answer(RequestHeader header, Request request, Reply reply) throws IOException {
        switch (request) {
            case Request.Lookup asked -> lookup(nodes().directory(asked.parent()), asked.name(), reply);
            case Request.Forget asked -> asked.nodes().forEach(each -> nodes().forget(each.node(), each.lookups()));
            case Request.GetAttributes asked -> getAttributes(nodes().node(asked.node()), reply);
            case Request.SetAttributes asked -> setAttributes(asked, reply);
            case Request.MakeNode asked -> makeNode(asked, reply);
            case Request.MakeDirectory asked -> makeDirectory(asked, reply);
            case Request.Unlink asked -> unlink(nodes().directory(asked.parent()), asked.name());
            case Request.RemoveDirectory asked -> removeDirectory(nodes().directory(asked.parent()), asked.name());
            case Request.Rename asked -> rename(asked);
            case Request.Open asked -> open(nodes().file(asked.node()), asked.flags(), reply);
            case Request.Create asked -> create(asked, reply);
            case Request.Read asked ->
                reply.filled(file(asked.handle()).node().content().read(asked.offset(), reply.room(asked.size())));
            case Request.Write asked -> {
                OpenFile file = file(asked.handle());
                reply.written(file.node().content().write(asked.offset(), asked.bytes(), file.append()));
            }
            case Request.Flush asked -> flush(file(asked.handle()));
            case Request.Sync asked -> file(asked.handle()).node().content().save();
            case Request.Release asked -> release(asked.handle());
            case Request.OpenDirectory asked -> openDirectory(nodes().directory(asked.node()), reply);
            case Request.ReadDirectory asked ->
                directory(asked.handle()).read(asked.offset(), asked.size(), asked.plus(), reply);
            case Request.ReleaseDirectory asked -> directories.remove(asked.handle());
            case Request.SyncDirectory _ -> {} // names are durable when they are changed
            case Request.Statistics _ -> space.answer(reply);
            case Request.GetExtended asked -> getExtended(asked, reply);
            case Request.SetExtended asked -> setExtended(asked);
            case Request.ListExtended asked -> listExtended(asked, reply);
            case Request.RemoveExtended asked -> removeExtended(asked);
            case Request.Access _ -> {} // the kernel has checked the permissions
            case Request.Interrupt _ -> {} // requests end by themselves
            case Request.Destroy _ -> {}
            case Request.BadName _ -> throw new FuseException(Errno.EILSEQ);
            case Request.ReadLink asked -> reply.bytes(target(nodes().node(asked.node())));
            case Request.SymbolicLink asked -> makeLink(asked, reply);
            case Request.HardLink _ -> throw new FuseException(Errno.EOPNOTSUPP);
            case Request.Init _, Request.Unknown _ -> throw new FuseException(Errno.ENOSYS);
        }
    }

    @Override
    public Errno errno(Request request, Throwable failure) {
        Errno errno = Failures.errno(failure);
        if (errno == Errno.EIO) {
            context.events().failed(request.getClass().getSimpleName(), failure);
        }
        return errno;
    }

    /** Closes that save, however slow the cluster is, leave threads for those who read. */
    @Override
    public boolean isLong(Request request) {
        return switch (request) {
            case Request.Flush asked -> isToBeSaved(asked.handle());
            case Request.Sync asked -> isToBeSaved(asked.handle());
            case Request.Release asked -> isToBeSaved(asked.handle());
            default -> false;
        };
    }

    private boolean isToBeSaved(long handle) {
        OpenFile file = files.get(handle);
        return file != null && file.node().content().isLocal();
    }

    /** Saves everything that is not saved, and keeps what cannot be. For the end of a mount. */
    void finish() {
        for (Long handle : List.copyOf(files.keySet())) {
            OpenFile file = files.remove(handle); // unless the kernel releases it at this moment
            try {
                if (file != null) {
                    file.node().content().release(true);
                }
            } catch (IOException | RuntimeException e) {
                context.events().failed("Release", e);
            }
        }
    }

    private NodeTable nodes() {
        return context.nodes();
    }

    private TrivetClient client() {
        return context.client();
    }

    private OpenFile file(long handle) {
        OpenFile file = files.get(handle);
        if (file == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return file;
    }

    private OpenDirectory directory(long handle) {
        OpenDirectory directory = directories.get(handle);
        if (directory == null) {
            throw new FuseException(Errno.ESTALE);
        }
        return directory;
    }

    // Names

    private RemotePath path(DirectoryNode parent, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > RemotePath.MAX_SEGMENT) {
            throw new FuseException(Errno.ENAMETOOLONG);
        }
        RemotePath directory = nodes().path(parent);
        if (directory.length() + 1 + name.getBytes(StandardCharsets.UTF_8).length > RemotePath.MAX_PATH) {
            throw new FuseException(Errno.ENAMETOOLONG);
        }
        return directory.resolve(name);
    }

    /** The node that has the name now; null if nothing has it. */
    private @Nullable Node find(DirectoryNode parent, String name) {
        RemotePath path = path(parent, name);
        Optional<Node> known = nodes().child(parent, name);
        if (known.isPresent()
                && known.get() instanceof FileNode file
                && file.content().isLocal()) {
            return file;
        }
        long asked = System.nanoTime();
        try {
            return found(parent, client().stat(path), name, asked);
        } catch (TrivetException e) {
            if (!Failures.isAbsent(e)) {
                throw e;
            }
            if (known.isPresent()
                    && !(known.get() instanceof FileNode file && file.content().changedSince(asked))) {
                nodes().detached(known.get());
            }
            return nodes().child(parent, name).orElse(null);
        }
    }

    private Node found(DirectoryNode parent, NameEntry entry, String name, long asked) {
        return switch (entry) {
            case NameEntry.File file -> nodes().found(parent, name, file.record(), asked, context);
            case NameEntry.Directory directory -> nodes().found(parent, name, directory);
            case NameEntry.Link link -> nodes().found(parent, name, link.record());
        };
    }

    private void lookup(DirectoryNode parent, String name, Reply reply) {
        Node node = find(parent, name);
        if (node == null) {
            reply.noEntry(options.attributeTime());
        } else {
            entry(node, reply);
        }
    }

    /** Gives a node to the kernel. */
    private void entry(Node node, Reply reply) {
        reply.entry(nodes().given(node).number, attributes(node), options.attributeTime());
    }

    private FileNode fileAt(DirectoryNode parent, String name) {
        return switch (find(parent, name)) {
            case null -> throw new FuseException(Errno.ENOENT);
            case FileNode file -> file;
            case DirectoryNode _ -> throw new FuseException(Errno.EISDIR);
            case LinkNode _ -> throw new FuseException(Errno.ELOOP);
        };
    }

    private byte[] target(Node node) {
        if (!(node instanceof LinkNode)) {
            throw new FuseException(Errno.EINVAL);
        }
        return client().readLink(nodes().path(node)).getBytes(StandardCharsets.UTF_8);
    }

    private void makeLink(Request.SymbolicLink asked, Reply reply) {
        DirectoryNode parent = nodes().directory(asked.parent());
        RemotePath path = path(parent, asked.name());
        requireUnused(parent, asked.name());
        FileRecord record =
                client().onlyIf(Condition.absent(path)).createLink(path, asked.target(), MetadataChange.NONE);
        entry(nodes().found(parent, asked.name(), record), reply);
    }

    /** Of the files that only this mount knows; what the cluster has, it refuses itself. */
    private void requireUnused(DirectoryNode parent, String name) {
        if (nodes().child(parent, name).orElse(null) instanceof FileNode file
                && file.content().isNew()) {
            throw new FuseException(Errno.EEXIST);
        }
    }

    private void makeDirectory(Request.MakeDirectory asked, Reply reply) {
        DirectoryNode parent = nodes().directory(asked.parent());
        RemotePath path = path(parent, asked.name());
        requireUnused(parent, asked.name());
        int mode = asked.mode() & PERMISSIONS;
        client().onlyIf(Condition.absent(path)).makeDirectory(path, MetadataChange.NONE.withMode(mode));
        NameEntry.Directory made = new NameEntry.Directory(asked.name(), Instant.now(), "", mode);
        entry(nodes().found(parent, asked.name(), made), reply);
    }

    private void unlink(DirectoryNode parent, String name) {
        Node node = find(parent, name);
        if (node == null || node instanceof DirectoryNode) {
            throw new FuseException(node == null ? Errno.ENOENT : Errno.EISDIR);
        }
        try (PathLocks.Lock _ = context.paths().change(path(parent, name))) {
            if (!(node instanceof FileNode file && file.content().isNew())) {
                removeFile(path(parent, name));
            } else if (file.content().mayBeSaved()) {
                removeIfThere(path(parent, name));
            }
            nodes().removed(node);
        }
    }

    private void removeIfThere(RemotePath path) {
        try {
            removeFile(path);
        } catch (TrivetException e) {
            if (!Failures.isAbsent(e)) {
                throw e;
            }
        }
    }

    /** Removes a file or link, never a directory that has its name by now. */
    private void removeFile(RemotePath path) {
        for (int tries = CHANGES_MEANWHILE; ; tries--) {
            if (!(client().stat(path) instanceof NameEntry.Recorded there)) {
                throw new FuseException(Errno.EISDIR);
            }
            try {
                client().onlyIf(Condition.unchanged(path, there.record().id())).remove(path, false, false);
                return;
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.CONDITION_FAILED || tries == 0) {
                    throw e;
                }
            }
        }
    }

    private void removeDirectory(DirectoryNode parent, String name) {
        RemotePath path = path(parent, name);
        Node node = find(parent, name);
        if (node == null) {
            throw new FuseException(Errno.ENOENT);
        }
        if (!(node instanceof DirectoryNode directory)) {
            throw new FuseException(Errno.ENOTDIR);
        }
        try (PathLocks.Lock _ = context.paths().change(path)) {
            if (!nodes().newFiles(directory).isEmpty()) {
                throw new FuseException(Errno.ENOTEMPTY);
            }
            client().onlyIf(Condition.directory(path)).remove(path, false, false);
            nodes().removed(node);
        }
    }

    /**
     * A file that is not saved is saved first, under its old name: so the rename is one step for every
     * client, and what had the new name stays if that fails.
     */
    private void rename(Request.Rename asked) throws IOException {
        if ((asked.flags() & ~Request.Rename.NO_REPLACE) != 0) {
            throw new FuseException(Errno.EINVAL);
        }
        DirectoryNode from = nodes().directory(asked.parent());
        DirectoryNode to = nodes().directory(asked.newParent());
        RemotePath old = path(from, asked.name());
        RemotePath now = path(to, asked.newName());
        Node node = find(from, asked.name());
        if (node == null) {
            throw new FuseException(Errno.ENOENT);
        }
        boolean absent = (asked.flags() & Request.Rename.NO_REPLACE) != 0;
        if (absent
                && nodes().child(to, asked.newName()).orElse(null) instanceof FileNode file
                && file.content().isNew()) {
            throw new FuseException(Errno.EEXIST);
        }
        if (node instanceof FileNode file) {
            file.content().save();
        }
        try (PathLocks.Lock _ = context.paths().change(old, now)) {
            if (!old.equals(now)) {
                if (nodes().child(to, asked.newName()).orElse(null) instanceof DirectoryNode replaced
                        && !nodes().newFiles(replaced).isEmpty()) {
                    throw new FuseException(Errno.ENOTEMPTY);
                }
                (absent ? client().onlyIf(Condition.absent(now)) : client().onlyIf()).rename(old, now);
                nodes().renamed(node, to, asked.newName());
            }
        }
    }

    // Attributes

    @Override
    public NodeAttributes attributes(Node node) {
        return switch (node) {
            case FileNode file -> {
                FileContent content = file.content();
                yield new NodeAttributes(
                        content.inode(),
                        content.size(),
                        content.modified(),
                        NodeAttributes.REGULAR | content.mode(),
                        file.removed ? 0 : 1,
                        options.user(),
                        options.group());
            }
            case DirectoryNode directory -> directory(directory.inode(), directory.modified, directory.mode);
            case LinkNode link -> attributes(link.record());
        };
    }

    /** Of a symbolic link. */
    private NodeAttributes attributes(FileRecord link) {
        return new NodeAttributes(
                FileContent.inode(link.id()),
                link.size(),
                link.modified(),
                NodeAttributes.LINK | LINK_MODE,
                1,
                options.user(),
                options.group());
    }

    private NodeAttributes directory(long inode, Instant modified, int mode) {
        return new NodeAttributes(
                inode, DIRECTORY_BYTES, modified, NodeAttributes.DIRECTORY | mode, 2, options.user(), options.group());
    }

    private void getAttributes(Node node, Reply reply) {
        reply.attributes(attributes(current(node)), options.attributeTime());
    }

    /** Asks the cluster, unless this mount knows better. Throws if it is another file now, or none. */
    private Node current(Node node) {
        boolean known = node instanceof FileNode file
                && (file.content().isLocal() || file.content().isOpen());
        if (node.removed || known) {
            return node;
        }
        if (node.number == NodeTable.ROOT) {
            if (client().stat(options.root()) instanceof NameEntry.Directory root
                    && node instanceof DirectoryNode top) {
                top.refresh(root);
                return top;
            }
            throw new FuseException(Errno.ENOTDIR);
        }
        Node now = find(Objects.requireNonNull(node.parent), node.name);
        if (now != node) {
            throw new FuseException(now == null ? Errno.ENOENT : Errno.ESTALE);
        }
        return node;
    }

    private static boolean differs(@Nullable Integer asked, int there) {
        return asked != null && asked != there;
    }

    private void setAttributes(Request.SetAttributes asked, Reply reply) throws IOException {
        Node node = nodes().node(asked.node());
        if (differs(asked.user(), options.user()) || differs(asked.group(), options.group())) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        Instant time = asked.modifiedNow() ? Instant.now() : asked.modified();
        switch (node) {
            case DirectoryNode directory -> {
                Integer mode = asked.mode();
                if (mode != null || time != null) {
                    client().setMetadata(
                                    nodes().path(directory),
                                    new MetadataChange(mode == null ? null : mode & PERMISSIONS, time, null, null));
                }
                current(directory);
            }
            case LinkNode link -> {
                if (asked.size() != null) {
                    throw new FuseException(Errno.EINVAL);
                }
                if (time != null) {
                    client().setMetadata(nodes().path(link), MetadataChange.NONE.withModified(time));
                }
                current(link); // its permissions mean nothing, as on other file systems of Linux
            }
            case FileNode file -> {
                if (asked.size() != null) {
                    truncate(file, asked.size(), asked.handle() != null);
                }
                if (asked.mode() != null || time != null) {
                    file.content().setMetadata(asked.mode(), time);
                }
                current(file);
            }
        }
        reply.attributes(attributes(node), options.attributeTime());
    }

    /** By its name, the file is saved at once: nobody closes it afterwards. */
    private void truncate(FileNode file, long length, boolean opened) throws IOException {
        if (opened) {
            file.content().truncate(length);
            return;
        }
        nodes().pin(file);
        try {
            file.content().open(length == 0);
            try {
                file.content().truncate(length);
                file.content().save();
            } finally {
                file.content().release(true);
            }
        } finally {
            nodes().unpin(file);
        }
    }

    // Files

    private void open(FileNode node, int flags, Reply reply) throws IOException {
        requireWritable(flags);
        FileContent.Cached cached = opened(node, flags);
        if (cached == FileContent.Cached.NOTHING) {
            reply.forgetAttributes(node.number);
        }
        reply.opened(handle(node, flags), cached == FileContent.Cached.ALL ? KEEP_CACHE : 0);
    }

    /** Opens a file once more and pins it. */
    private FileContent.Cached opened(FileNode node, int flags) throws IOException {
        nodes().pin(node);
        boolean done = false;
        try {
            FileContent.Cached cached = node.content().open((flags & TRUNCATE) != 0);
            done = true;
            return cached;
        } finally {
            if (!done) {
                nodes().unpin(node);
            }
        }
    }

    private long handle(FileNode node, int flags) {
        long handle = lastHandle.incrementAndGet();
        files.put(handle, new OpenFile(node, (flags & ACCESS_MODE) != 0, (flags & APPEND) != 0));
        return handle;
    }

    private void requireWritable(int flags) {
        if (options.readOnly() && (flags & ACCESS_MODE) != 0) {
            throw new FuseException(Errno.EROFS);
        }
    }

    private void create(Request.Create asked, Reply reply) throws IOException {
        requireWritable(asked.flags() | 1);
        DirectoryNode parent = nodes().directory(asked.parent());
        Node there = find(parent, asked.name());
        boolean exclusive = (asked.flags() & EXCLUSIVE) != 0;
        if (there != null) {
            if (exclusive) {
                throw new FuseException(Errno.EEXIST);
            }
            FileNode file = fileAt(parent, asked.name());
            FileContent.Cached cached = opened(file, asked.flags());
            entry(file, reply); // with the attributes of what was opened
            reply.opened(handle(file, asked.flags()), cached == FileContent.Cached.ALL ? KEEP_CACHE : 0);
            return;
        }
        FileNode made = made(parent, asked.name(), asked.mode(), exclusive);
        entry(made, reply);
        reply.opened(handle(made, asked.flags()), KEEP_CACHE);
    }

    /** A new file, open once and pinned. */
    private FileNode made(DirectoryNode parent, String name, int mode, boolean exclusive) throws IOException {
        FileNode made = nodes().create(parent, name, context);
        nodes().pin(made);
        boolean done = false;
        try {
            made.content().create(mode, exclusive);
            done = true;
            return made;
        } finally {
            if (!done) {
                nodes().removed(made);
                nodes().unpin(made);
            }
        }
    }

    private void makeNode(Request.MakeNode asked, Reply reply) throws IOException {
        int type = asked.mode() & NodeAttributes.TYPE;
        if (type != NodeAttributes.REGULAR && type != 0) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        DirectoryNode parent = nodes().directory(asked.parent());
        if (find(parent, asked.name()) != null) {
            throw new FuseException(Errno.EEXIST);
        }
        FileNode made = made(parent, asked.name(), asked.mode(), true);
        try {
            made.content().save();
            entry(made, reply);
        } finally {
            made.content().release(true);
            nodes().unpin(made);
        }
    }

    /** A reader that closes the file does not show others what a writer has not finished. */
    private static void flush(OpenFile file) throws IOException {
        if (file.writable()) {
            file.node().content().save();
        }
    }

    private void release(long handle) throws IOException {
        OpenFile file = files.remove(handle);
        if (file != null) {
            try {
                file.node().content().release(file.writable());
            } finally {
                nodes().unpin(file.node());
            }
        }
    }

    // Directories

    private void openDirectory(DirectoryNode node, Reply reply) {
        long handle = lastHandle.incrementAndGet();
        directories.put(handle, new OpenDirectory(node, nodes(), this, options.attributeTime()));
        reply.opened(handle, 0);
    }

    @Override
    public Iterator<NameEntry> list(DirectoryNode directory) {
        return client().list(nodes().path(directory)).iterator();
    }

    @Override
    public Node given(DirectoryNode directory, NameEntry entry, long asked) {
        return nodes().given(found(directory, entry, entry.name(), asked));
    }

    @Override
    public NodeAttributes attributes(DirectoryNode directory, NameEntry entry) {
        Optional<Node> known = nodes().child(directory, entry.name());
        if (known.isPresent()) {
            return attributes(known.get());
        }
        return switch (entry) {
            case NameEntry.File file ->
                new NodeAttributes(
                        FileContent.inode(file.record().id()),
                        file.record().size(),
                        file.record().modified(),
                        NodeAttributes.REGULAR | file.record().mode(),
                        1,
                        options.user(),
                        options.group());
            case NameEntry.Directory other ->
                directory(NodeTable.mixed(other.name().hashCode()), other.modified(), other.mode());
            case NameEntry.Link link -> attributes(link.record());
        };
    }

    // Extended attributes

    private void getExtended(Request.GetExtended asked, Reply reply) {
        byte[] value = extended(asked.node(), asked.name())
                .get(asked.name())
                .orElseThrow(() -> new FuseException(Errno.ENODATA));
        answer(value, asked.size(), reply);
    }

    private static void answer(byte[] value, int size, Reply reply) {
        if (size == 0) {
            reply.length(value.length);
        } else if (value.length > size) {
            throw new FuseException(Errno.ERANGE);
        } else {
            reply.bytes(value);
        }
    }

    /** None, without asking anybody, for a name that nothing can have. */
    private Attributes extended(long number, String name) {
        return ExtendedNames.is(name) && nodes().node(number) instanceof FileNode file
                ? file.content().attributes()
                : Attributes.NONE;
    }

    private FileNode extendable(long number, String name) {
        if (options.readOnly()) {
            throw new FuseException(Errno.EROFS);
        }
        if (!ExtendedNames.is(name) || !(nodes().node(number) instanceof FileNode file)) {
            throw new FuseException(Errno.EOPNOTSUPP);
        }
        return file;
    }

    private void setExtended(Request.SetExtended asked) {
        FileContent content = extendable(asked.node(), asked.name()).content();
        Attributes all = content.attributes();
        boolean there = all.get(asked.name()).isPresent();
        if (there && asked.flags() == Request.SetExtended.CREATE) {
            throw new FuseException(Errno.EEXIST);
        }
        if (!there && asked.flags() == Request.SetExtended.REPLACE) {
            throw new FuseException(Errno.ENODATA);
        }
        try {
            content.setAttributes(all.with(asked.name(), asked.value()));
        } catch (IllegalArgumentException _) {
            throw new FuseException(Errno.ENOSPC); // they are larger than a file can have
        }
    }

    private void removeExtended(Request.RemoveExtended asked) {
        FileContent content = extendable(asked.node(), asked.name()).content();
        Attributes all = content.attributes();
        if (all.get(asked.name()).isEmpty()) {
            throw new FuseException(Errno.ENODATA);
        }
        content.setAttributes(all.without(asked.name()));
    }

    private void listExtended(Request.ListExtended asked, Reply reply) {
        Attributes all = nodes().node(asked.node()) instanceof FileNode file
                ? ExtendedNames.of(file.content().attributes())
                : Attributes.NONE;
        StringBuilder names = new StringBuilder();
        all.names().forEach(name -> names.append(name).append('\0'));
        answer(names.toString().getBytes(StandardCharsets.UTF_8), asked.size(), reply);
    }
}
