/** Tests of the package of this name. */
package io.trivet.gateway.checksum;
