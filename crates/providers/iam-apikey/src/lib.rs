//! An IBM Cloud API key, exchanged for IAM tokens or sent on the request itself.
