//! An IBM Cloud that fits in a test: IAM, identity services, spaces and Watson Machine Learning.
