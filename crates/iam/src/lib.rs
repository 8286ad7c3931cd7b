//! The IBM Cloud IAM wire: grants, answers, error codes, endpoints.
