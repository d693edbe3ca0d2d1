package io.trivet.node.access;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import java.util.List;
import java.util.Set;

/** Who may ask for something. */
sealed interface AccessRule {
    /** Before any login. What is secret about the request is in the request itself, or there is nothing. */
    record Anyone() implements AccessRule {}

    /** Any user that has logged in. */
    record AnyUser() implements AccessRule {}

    /** A user with at least one of these rights at the path. */
    record OneRight(RemotePath path, Set<Right> rights) implements AccessRule {}

    /**
     * A user who may do anything at this path, at one above or at one below; or a node of the
     * cluster, which keeps a chunk and asks for its record.
     */
    record LookUp(RemotePath path) implements AccessRule {}

    /** All of these. */
    record All(List<AccessRule> needs) implements AccessRule {}

    /** A user with at least one of these rights where this file was before it came into the trash. */
    record Trashed(FileId file, Set<Right> rights) implements AccessRule {}

    /**
     * A user who may read and write where this file was; one that is not in the trash any more is
     * there already, when an answer was lost.
     */
    record Untrashed(FileId file, RemotePath path) implements AccessRule {}

    /** The user whose session this is. */
    record OwnSession(SessionId session) implements AccessRule {}

    /** This user, or whoever may administer everything. */
    record Oneself(String user) implements AccessRule {}

    /**
     * A member: a node of the published set that was not removed. Certificates or the secret of
     * nodes say that it is one.
     */
    record Member() implements AccessRule {}

    /**
     * A master, by proof of the cluster's keys: the log does what these say, so it takes more than
     * to be called one.
     */
    record KnowsClusterKeys() implements AccessRule {}

    /** That node and no other. */
    record ThatNode(NodeId node) implements AccessRule {}

    /** A node that the published view calls a master. */
    record Master() implements AccessRule {}

    /** Whoever may administer everything, or a master: it has the cluster's key anyway. */
    record AdministratorOrMaster() implements AccessRule {}

    /** Whoever may administer everything, or a member. */
    record AdministratorOrNode() implements AccessRule {}

    /**
     * A server that is to join: whoever shows the hash of an open join token, which lets nobody
     * join; or an administrator, or a member.
     */
    record Newcomer() implements AccessRule {}

    /** Whoever has a token for these chunks with one of these rights; or a member, which repairs. */
    record Chunks(Set<Right> rights, List<ChunkId> chunks) implements AccessRule {}

    /** Nobody over the wire: the leader proposes it itself. */
    record TheLeaderItself() implements AccessRule {}
}
