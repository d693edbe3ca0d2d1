package io.trivet.gateway;

import io.trivet.model.FileRecord;

/** A part of an upload, which is a file of its own until the upload is completed. */
record UploadPart(int number, FileRecord record) {
    String tag() {
        return EntityTag.of(record);
    }
}
