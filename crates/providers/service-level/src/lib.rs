//! A Service ID's token, bound to a deployment space or project.
